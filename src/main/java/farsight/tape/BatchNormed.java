package farsight.tape;

import farsight.program.Buffer;

/** The result y of a batch norm, and the statistics of the batch. */
public record BatchNormed(Buffer y, Buffer mean, Buffer variance) {}
