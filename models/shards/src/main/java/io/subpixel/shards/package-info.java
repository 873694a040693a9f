/** Pairs of HR and LR pictures in tar files, to train on. */
@NullMarked
package io.subpixel.shards;

import org.jspecify.annotations.NullMarked;
