/**
 * A block with its weights, ready to run on tensors in PyTorch's layout. An application uses it like this:
 *
 * <pre>{@code
 * Model model = Model.load(Path.of("block.json"), Path.of("weights.safetensors"));
 * Engine engine = Engines.vector();
 * try (SafetensorsFile file = SafetensorsFile.open(Path.of("input.safetensors"))) {
 *     Tensor x = file.tensor("x");                  // a shape of FeatureShape
 *     Tensor y = model.apply(engine, x);            // the same shape
 *     Gradients g = model.gradient(engine, x, dy);  // of Σ y·dy, for x and every parameter
 * }
 * }</pre>
 *
 * <p>{@link farsight.model.OpenModel} keeps the arrays and the compiled kernels over many runs.
 */
@NullMarked
package farsight.model;

import org.jspecify.annotations.NullMarked;
