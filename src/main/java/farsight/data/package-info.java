/**
 * Reads and writes the blocks' inputs and outputs: tensors in safetensors files and synthetic features; pictures and
 * point clouds have folders of their own. Uses nothing else of Farsight but {@code farsight.text}.
 *
 * <table>
 *   <caption>Where to look</caption>
 *   <tr><th>For</th><th>See</th></tr>
 *   <tr><td>one array with its shape</td><td>{@link farsight.data.Tensor}</td></tr>
 *   <tr><td>safetensors files</td><td>{@link farsight.data.SafetensorsFile} to read,
 *       {@link farsight.data.Safetensors} to write</td></tr>
 *   <tr><td>pictures</td><td>{@code data.image}</td></tr>
 *   <tr><td>point clouds</td><td>{@code data.points}</td></tr>
 *   <tr><td>features without an input</td><td>{@link farsight.data.Synthetic}</td></tr>
 *   <tr><td>any output file or folder</td><td>{@link farsight.data.OutputFiles}; files that belong together
 *       {@link farsight.data.OutputBatch}</td></tr>
 *   <tr><td>bad input</td><td>{@link farsight.data.DataException}: always one line;
 *       {@link farsight.data.NoRoomException} for input that memory does not hold</td></tr>
 *   <tr><td>a full disk</td><td>{@link farsight.data.OutputException}: always one line</td></tr>
 * </table>
 */
@NullMarked
package farsight.data;

import org.jspecify.annotations.NullMarked;
