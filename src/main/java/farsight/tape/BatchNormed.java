package farsight.tape;

import farsight.program.Buffer;

/** Batch norm with its statistics. */
public record BatchNormed(Buffer y, Buffer mean, Buffer variance) {}
