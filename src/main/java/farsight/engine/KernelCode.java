package farsight.engine;

/**
 * Code that a device's compiler generated for a kernel.
 *
 * @param language for people: {@code OpenCL C}, {@code PTX}, …
 * @param extension of a file with this code, without the dot
 * @param text the code
 */
public record KernelCode(String language, String extension, String text) {}
