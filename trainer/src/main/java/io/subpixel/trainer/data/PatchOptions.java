package io.subpixel.trainer.data;

import io.subpixel.models.resampling.MatlabBicubic;

/**
 * How patches are cut.
 *
 * @param scale HR pixels for each LR pixel and side
 * @param batch patches in a batch
 * @param patch side of a patch in LR pixels
 * @param perPicture patches cut from a picture each time that it is decoded
 * @param degradation how LR is made from HR
 * @param seed equal seeds give equal batches
 */
public record PatchOptions(
    int scale, int batch, int patch, int perPicture, MatlabBicubic degradation, long seed) {}
