package io.subpixel.trainer.internal.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes markup that is HTML and XML at once: what is opened gets closed, all text is escaped. Not
 * thread-safe.
 */
public final class Xhtml {
  private final StringBuilder markup = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** Opens an element; attributes are names and values in turn. */
  public Xhtml open(String tag, String... attributes) {
    start(tag, attributes);
    markup.append('>');
    open.push(tag);
    return this;
  }

  /** Closes the element that was opened last. */
  public Xhtml close() {
    markup.append("</").append(open.pop()).append(">\n");
    return this;
  }

  /** Text, escaped. */
  public Xhtml text(String text) {
    escape(text);
    return this;
  }

  /** An element that holds text alone. */
  public Xhtml element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  /** An element that HTML knows to be empty, such as {@code img}. */
  public Xhtml empty(String tag, String... attributes) {
    start(tag, attributes);
    markup.append(" />");
    return this;
  }

  /** The document; everything must have been closed. */
  public String document() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not closed: " + open);
    }
    return "<!DOCTYPE html>\n" + markup;
  }

  private void start(String tag, String... attributes) {
    markup.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      markup.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      markup.append('"');
    }
  }

  private void escape(String text) {
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> markup.append("&lt;");
                case '>' -> markup.append("&gt;");
                case '&' -> markup.append("&amp;");
                case '"' -> markup.append("&quot;");
                default -> markup.appendCodePoint(isAllowed(c) ? c : 0xfffd);
              }
            });
  }

  /** Checks that XML 1.0 allows a character; file names may hold anything. */
  private static boolean isAllowed(int c) {
    return c == '\t'
        || c == '\n'
        || (c >= 0x20 && c <= 0xd7ff)
        || (c >= 0xe000 && c <= 0xfffd)
        || c >= 0x10000;
  }
}
