/** Exit statuses and one-line errors, which the commands of all modules share. */
@NullMarked
package io.subpixel.commands;

import org.jspecify.annotations.NullMarked;
