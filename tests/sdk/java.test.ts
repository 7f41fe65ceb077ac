import { mavenEnvironment } from "../support/languages/packages";
import { describeSdk } from "./programs";

describeSdk("Java", "java", mavenEnvironment);
