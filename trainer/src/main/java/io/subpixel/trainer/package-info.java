/**
 * Trains super-resolution networks: {@link io.subpixel.trainer.Trainer} and its options. The public
 * types of this package, of {@code network} and of {@code history} are the trainer's API; packages
 * below {@code internal} may change at any time.
 */
@NullMarked
package io.subpixel.trainer;

import org.jspecify.annotations.NullMarked;
