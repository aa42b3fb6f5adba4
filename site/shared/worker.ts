/** Workers that fail. */

/** Says why a worker does not work: an error without a message means that its script did not come. */
export const faultOfWorker = ({ message }: ErrorEvent): string =>
  message ? `The worker broke down: ${message}` : "The worker could not be loaded: is there a connection?";
