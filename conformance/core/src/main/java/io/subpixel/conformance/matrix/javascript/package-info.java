/** The runtimes of JavaScript: Node and a page in a browser, both served with models over HTTP. */
@NullMarked
package io.subpixel.conformance.matrix.javascript;

import org.jspecify.annotations.NullMarked;
