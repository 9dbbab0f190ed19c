package farsight.op.image;

import farsight.kernel.ResampleKernels;

/** How a map is resampled to another size. */
public enum Upsampling {
    /** The position at ⌊i·n/m⌋. */
    NEAREST(ResampleKernels.NEAREST),
    /** Linear along each axis: PyTorch's {@code bilinear} (maps of one row: {@code linear}). */
    LINEAR(ResampleKernels.LINEAR),
    /** Linear with the corners aligned: {@code align_corners=True}. */
    LINEAR_ALIGNED(ResampleKernels.ALIGNED);

    private final int code;

    Upsampling(int code) {
        this.code = code;
    }

    /** The kernels' number of it. */
    int code() {
        return code;
    }
}
