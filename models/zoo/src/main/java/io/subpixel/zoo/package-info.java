/** What a model is: its card, and the trained models that travel with this library. */
@NullMarked
package io.subpixel.zoo;

import org.jspecify.annotations.NullMarked;
