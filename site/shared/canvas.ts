/** Canvases that are sharp on every screen. */

/** Gives a canvas as many pixels as it covers on the screen. @returns its context, in which lengths are CSS pixels */
export function sharp(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = Math.min(3, devicePixelRatio || 1);
  const [pixelsWide, pixelsHigh] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== pixelsWide || canvas.height !== pixelsHigh) {
    canvas.width = pixelsWide;
    canvas.height = pixelsHigh;
  }
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser draws no 2D canvas.");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

const images = new WeakMap<HTMLCanvasElement, ImageData>();

/**
 * Sets the pixels of a small canvas, which the page enlarges, square by square from the top left.
 * @param paint gets all pixels, as numbers that `packed` of scale.ts makes.
 */
export function pixels(canvas: HTMLCanvasElement, side: number, paint: (pixels: Uint32Array) => void): void {
  if (canvas.width !== side) {
    canvas.width = side;
    canvas.height = side;
  }
  const context = canvas.getContext("2d");
  if (!context) return;
  const known = images.get(canvas);
  const image = known?.width === side ? known : context.createImageData(side, side);
  images.set(canvas, image);
  paint(new Uint32Array(image.data.buffer));
  context.putImageData(image, 0, 0);
}
