package farsight.task;

import java.awt.Color;

/**
 * Colours of classes, distinct from their neighbours also for colour-blind readers as far as there are so many: the
 * eight of Okabe and Ito (2008) without black, then hues in golden steps.
 */
public final class ClassColors {

    private static final int[] FIRST = {0x56B4E9, 0xE69F00, 0x009E73, 0xCC79A7, 0xF0E442, 0x0072B2, 0xD55E00};

    private static final double GOLDEN = 0.6180339887498949;

    private ClassColors() {}

    /** The colour of a class, 0xRRGGBB. */
    public static int of(int number) {
        if (number < FIRST.length) {
            return FIRST[number];
        }
        int further = number - FIRST.length;
        double hue = 0.15 + GOLDEN * further;
        float light = further % 3 == 0 ? 0.55f : further % 3 == 1 ? 0.9f : 0.72f;
        return Color.HSBtoRGB((float) (hue - Math.floor(hue)), further % 2 == 0 ? 0.75f : 0.45f, light) & 0xFFFFFF;
    }

    /** Black or white, whichever is readable on a colour. */
    public static int ink(int color) {
        double luma = 0.2126 * (color >> 16 & 0xFF) + 0.7152 * (color >> 8 & 0xFF) + 0.0722 * (color & 0xFF);
        return luma > 120 ? 0x1A1A1A : 0xFFFFFF;
    }
}
