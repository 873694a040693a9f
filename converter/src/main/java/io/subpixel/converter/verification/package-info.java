/** What a verification tells: sizes that were run, and how far values differ. */
@NullMarked
package io.subpixel.converter.verification;

import org.jspecify.annotations.NullMarked;
