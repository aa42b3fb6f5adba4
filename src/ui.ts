/** densely/ui: the course of a fit and the picture of a network, in a page. */

export { type Callbacks, type JoinedCallbacks, together } from "./fit/together.js";
export type { NetworkLike } from "./network/check-network.js";
export type { CourseReport } from "./record/course-text.js";
export { type ChartOptions, chart } from "./ui/chart.js";
export { type NetworkDrawing, type NetworkOptions, network } from "./ui/network.js";
export { type ProgressOptions, progress } from "./ui/progress.js";
