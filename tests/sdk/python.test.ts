import { pythonEnvironment } from "../support/languages/packages";
import { describeSdk } from "./programs";

describeSdk("Python", "python", pythonEnvironment);
