/** The layers model of Keras and TensorFlow.js, as model.json holds it. */

/** One layer of a model.json. */
export interface KerasLayer {
  class_name: string;
  config: Record<string, unknown>;
}

/** One weight in the manifest of a model.json. */
export interface WeightSpec {
  name: string;
  shape: number[];
  dtype: "float32";
}

/** A model.json as toTFJS writes it. */
export interface TFJSModel {
  format: "layers-model";
  generatedBy: string;
  convertedBy: null;
  modelTopology: {
    keras_version: string;
    backend: string;
    model_config: { class_name: "Sequential"; config: { name: string; layers: KerasLayer[] } };
  };
  weightsManifest: [{ paths: [string]; weights: WeightSpec[] }];
}
