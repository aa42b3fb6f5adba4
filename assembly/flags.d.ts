/** True in the build of densely/core: asconfig.json says so to the compiler, which leaves out what the flag excludes. */
declare const IS_BASIC: bool;
