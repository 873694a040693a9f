/** What the commands of every module share: exit statuses and one line for each error. */
@NullMarked
package io.subpixel.commands;

import org.jspecify.annotations.NullMarked;
