/**
 * Files that appear whole or not at all, temporary files, and other ground that all modules stand
 * on.
 */
@NullMarked
package io.subpixel.pictures.internal;

import org.jspecify.annotations.NullMarked;
