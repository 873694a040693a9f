/** Netpbm's PBM, PGM, PPM and PAM. */
@NullMarked
package io.subpixel.pictures.internal.pnm;

import org.jspecify.annotations.NullMarked;
