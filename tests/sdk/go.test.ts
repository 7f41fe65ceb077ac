import { goEnvironment } from "../support/languages/packages";
import { describeSdk } from "./programs";

describeSdk("Go", "go", goEnvironment);
