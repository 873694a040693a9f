package io.subpixel.trainer.internal.drawing;

import java.awt.Font;
import java.awt.GraphicsEnvironment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Fonts of this machine, and words that they can show. */
final class Typeface {
  /** Enough to decide whether a family has letters at all: fonts of symbols have none. */
  private static final String SAMPLE = "Hamburgefonstiv 0123456789";

  /** Letters, about as often as English has them. */
  private static final String LETTERS =
      "eeeeeeeeeeeetttttttttaaaaaaaaooooooooiiiiiiinnnnnnnssssssshhhhhhrrrrrrddddlllluuucccmmmwwffggyyppbbvkjxqz";

  private final Random random;
  private String family;

  Typeface(Random random) {
    this.random = random;
    family = anyFamily(random);
  }

  private static String anyFamily(Random random) {
    List<String> all = families();
    return all.get(random.nextInt(all.size()));
  }

  /** The names of all families that have Latin letters. */
  static List<String> families() {
    return Families.ALL;
  }

  /** Searched once, at first use. */
  private static final class Families {
    private static final List<String> ALL = search();
  }

  private static List<String> search() {
    List<String> found = new ArrayList<>();
    for (String name :
        GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames()) {
      if (new Font(name, Font.PLAIN, 12).canDisplayUpTo(SAMPLE) < 0) {
        found.add(name);
      }
    }
    return found;
  }

  void change() {
    family = anyFamily(random);
  }

  Font font(double size) {
    int style = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : Font.PLAIN;
    return new Font(family, style, 1).deriveFont((float) size);
  }

  String words(Font font, int count) {
    String[] words = new String[count];
    Arrays.setAll(words, i -> word(font));
    return String.join(" ", words);
  }

  private String word(Font font) {
    int kind = random.nextInt(20);
    if (kind == 0) {
      return String.valueOf(random.nextInt(100_000));
    } else if (kind == 1) {
      return random.nextInt(1000) + "." + random.nextInt(100) + "%";
    } else if (kind <= 4) {
      int first = new int[] {0x3041, 0x4e00, 0x430, 0x3b1}[random.nextInt(4)];
      String foreign = letters(first, first == 0x4e00 ? 4000 : first == 0x3041 ? 80 : 24);
      if (font.canDisplayUpTo(foreign) < 0) {
        return foreign;
      }
    }
    StringBuilder word = new StringBuilder();
    int length = 1 + random.nextInt(9);
    for (int i = 0; i < length; i++) {
      word.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    if (random.nextInt(5) == 0) {
      word.setCharAt(0, Character.toUpperCase(word.charAt(0)));
    }
    if (random.nextInt(8) == 0) {
      word.append(".,:;!?)\"-=".charAt(random.nextInt(10)));
    }
    return random.nextInt(25) == 0 ? word.toString().toUpperCase(Locale.ROOT) : word.toString();
  }

  private String letters(int first, int count) {
    StringBuilder word = new StringBuilder();
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      word.appendCodePoint(first + random.nextInt(count));
    }
    return word.toString();
  }
}
