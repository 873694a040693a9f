/** What the commands of every house share: exit statuses and one line for each error. */
@NullMarked
package io.subpixel.models.cli;

import org.jspecify.annotations.NullMarked;
