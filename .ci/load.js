/** Imports a module as this folder sees it. */
export const load = (name) => import(name);
