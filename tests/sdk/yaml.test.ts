import { describeSdk } from "./programs";

// A YAML program needs no SDK. Wrong values are told by the same plugin; the plugin for YAML refuses unknown names itself.
describeSdk("YAML", "yaml", () => Promise.resolve({ environment: {} }), { wrong: false });
