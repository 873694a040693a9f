package io.subpixel.models.picture.file;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Deflate (RFC 1951) for rows of a filtered picture, several times as fast as zlib's fastest:
 * blocks with Huffman codes of their own, and matches only where they show at once. What lies
 * between matches isn't copied into tokens but coded from where it is.
 */
final class FastDeflater {
  /** The most bytes that one block takes. */
  static final int BLOCK = 1 << 17;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int HASH_BITS = 13;
  private static final long HASH_FACTOR = 0x9e3779b97f4a7c15L;
  private static final int WINDOW = 1 << 15;
  private static final int LONGEST = 258;

  /** Shorter matches cost more bits than the literals of a filtered photograph. */
  private static final int SHORTEST = 6;

  /** Bits of a long that aren't those of the shortest match. */
  private static final int UNUSED = Long.SIZE - Byte.SIZE * SHORTEST;

  /** After so many misses the search takes wider steps. */
  private static final int PATIENCE = 5;

  private static final int STORED = 65535;
  private static final int END = 256;
  private static final int LITERALS = 286;
  private static final int DISTANCES = 30;

  /** Four codes of this length and seven bits that wait fit into a long. */
  private static final int LONGEST_CODE = 14;

  private static final int LONGEST_LENGTH_CODE = 7;
  private static final int[] LENGTH_ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };

  private static final int[] LENGTH_BASE = new int[29];
  private static final int[] LENGTH_EXTRA = new int[29];
  private static final int[] DISTANCE_BASE = new int[DISTANCES];
  private static final int[] DISTANCE_EXTRA = new int[DISTANCES];
  private static final byte[] LENGTH_SYMBOL = new byte[LONGEST + 1];

  static {
    for (int i = 0, base = 3; i < 28; i++) {
      LENGTH_BASE[i] = base;
      LENGTH_EXTRA[i] = Math.max(0, i / 4 - 1);
      base += 1 << LENGTH_EXTRA[i];
    }
    LENGTH_BASE[28] = LONGEST;
    for (int i = 0, base = 1; i < DISTANCES; i++) {
      DISTANCE_BASE[i] = base;
      DISTANCE_EXTRA[i] = Math.max(0, i / 2 - 1);
      base += 1 << DISTANCE_EXTRA[i];
    }
    for (int i = 0; i < 29; i++) {
      for (int length = LENGTH_BASE[i]; length <= LONGEST; length++) {
        LENGTH_SYMBOL[length] = (byte) i;
      }
    }
  }

  private final int[] table = new int[1 << HASH_BITS];
  private int base = 1;

  private final int[] matchAt = new int[BLOCK / SHORTEST + 1];
  private final int[] matchLength = new int[BLOCK / SHORTEST + 1];
  private final int[] matchDistance = new int[BLOCK / SHORTEST + 1];
  private int matches;

  /** Two counts for neighbours, which are often equal: neither waits for the other. */
  private final int[] literals = new int[LITERALS];

  private final int[] otherLiterals = new int[END];
  private final int[] distances = new int[DISTANCES];

  /** Codes with their length above them: {@code length << 16 | code}, bits in writing order. */
  private final int[] literalCodes = new int[LITERALS];

  private final int[] distanceCodes = new int[DISTANCES];

  private byte[] out = new byte[2 * BLOCK];
  private int size;
  private long held;
  private int bits;

  /** Bytes that are ready; {@link #size} of them, until {@link #clear}. */
  byte[] bytes() {
    return out;
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  /** Appends bytes as they are, between blocks of which the last byte is full. */
  void append(byte[] bytes) {
    out = out.length - size < bytes.length ? Arrays.copyOf(out, size + bytes.length) : out;
    System.arraycopy(bytes, 0, out, size, bytes.length);
    size += bytes.length;
  }

  /** Appends one block: at most {@link #BLOCK} bytes of {@code data} from the first on. */
  void block(byte[] data, int length, boolean last) {
    out = out.length - size < 2 * BLOCK ? Arrays.copyOf(out, size + 2 * BLOCK) : out;
    Arrays.fill(literals, 0);
    Arrays.fill(otherLiterals, 0);
    Arrays.fill(distances, 0);
    findMatches(data, length);
    count(data, length);
    int[] literalLengths = lengths(literals, LONGEST_CODE);
    int[] distanceLengths = lengths(distances, LONGEST_CODE);
    long codedBits = codedBits(literalLengths, distanceLengths);
    if (codedBits / 8 >= length) {
      store(data, length, last);
      return;
    }
    codes(literalLengths, literalCodes);
    codes(distanceLengths, distanceCodes);
    put(last ? 1 : 0, 1);
    put(2, 2);
    header(literalLengths, distanceLengths);
    body(data, length);
  }

  /** Fills the last byte up. */
  void finish() {
    while (bits > 0) {
      out[size++] = (byte) held;
      held >>>= 8;
      bits -= 8;
    }
    held = 0;
    bits = 0;
  }

  private void findMatches(byte[] data, int length) {
    matches = 0;
    if (base > Integer.MAX_VALUE - 2 * BLOCK) {
      Arrays.fill(table, 0);
      base = 1;
    }
    int limit = length - 8;
    int misses = 0;
    int at = 0;
    while (at < limit) {
      // Hashed together, for in a photograph many are equal in less, and none of those is worth it.
      long start = (long) LONG.get(data, at) << UNUSED;
      int slot = (int) ((start * HASH_FACTOR) >>> (64 - HASH_BITS));
      int candidate = table[slot] - base;
      table[slot] = base + at;
      if (candidate >= 0
          && (long) LONG.get(data, candidate) << UNUSED == start
          && at - candidate <= WINDOW) {
        int found = common(data, candidate, at, Math.min(LONGEST, length - at));
        matchAt[matches] = at;
        matchLength[matches] = found;
        matchDistance[matches++] = at - candidate;
        at += found;
        misses = 0;
        continue;
      }
      at += 1 + (misses++ >> PATIENCE);
    }
    base += length;
  }

  private static int common(byte[] data, int a, int b, int most) {
    int n = 0;
    while (n + 8 <= most) {
      long difference = (long) LONG.get(data, a + n) ^ (long) LONG.get(data, b + n);
      if (difference != 0) {
        return n + (Long.numberOfTrailingZeros(difference) >> 3);
      }
      n += 8;
    }
    while (n < most && data[a + n] == data[b + n]) {
      n++;
    }
    return n;
  }

  private void count(byte[] data, int length) {
    int at = 0;
    for (int m = 0; m <= matches; m++) {
      int end = m < matches ? matchAt[m] : length;
      countLiterals(data, at, end);
      if (m < matches) {
        literals[END + 1 + LENGTH_SYMBOL[matchLength[m]]]++;
        distances[distanceSymbol(matchDistance[m])]++;
        at = end + matchLength[m];
      }
    }
    for (int i = 0; i < END; i++) {
      literals[i] += otherLiterals[i];
    }
    literals[END] = 1;
    // Decoders differ in what they make of codes with less than two symbols.
    literals[0] = Math.max(1, literals[0]);
    distances[0] = Math.max(1, distances[0]);
    distances[1] = Math.max(1, distances[1]);
  }

  private void countLiterals(byte[] data, int from, int to) {
    int i = from;
    for (; i + 1 < to; i += 2) {
      literals[data[i] & 0xff]++;
      otherLiterals[data[i + 1] & 0xff]++;
    }
    if (i < to) {
      literals[data[i] & 0xff]++;
    }
  }

  private static int distanceSymbol(int distance) {
    if (distance <= 4) {
      return distance - 1;
    }
    int top = 31 - Integer.numberOfLeadingZeros(distance - 1);
    return 2 * top + ((distance - 1) >> (top - 1) & 1);
  }

  private long codedBits(int[] literalLengths, int[] distanceLengths) {
    long sum = 0;
    for (int i = 0; i < LITERALS; i++) {
      int extra = i > END ? LENGTH_EXTRA[i - END - 1] : 0;
      sum += (long) literals[i] * (literalLengths[i] + extra);
    }
    for (int i = 0; i < DISTANCES; i++) {
      sum += (long) distances[i] * (distanceLengths[i] + DISTANCE_EXTRA[i]);
    }
    return sum;
  }

  /** Lengths of Huffman codes; where one would be too long, counts are levelled until it fits. */
  private static int[] lengths(int[] counts, int longest) {
    int[] lengths = new int[counts.length];
    for (int shift = 0; ; shift++) {
      if (huffman(counts, shift, lengths) <= longest) {
        return lengths;
      }
    }
  }

  /** The longest code. */
  private static int huffman(int[] counts, int shift, int[] lengths) {
    long[] leaves = new long[counts.length];
    int n = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        leaves[n++] = (long) Math.max(1, counts[i] >> shift) << 16 | i;
      }
    }
    Arrays.sort(leaves, 0, n);
    // Leaves and joined nodes wait in two queues, each in the order of its weights.
    long[] weights = new long[2 * n];
    int[] parents = new int[2 * n];
    for (int i = 0; i < n; i++) {
      weights[i] = leaves[i] >> 16;
    }
    int leaf = 0;
    int joined = n;
    for (int node = n; node < 2 * n - 1; node++) {
      long weight = 0;
      for (int k = 0; k < 2; k++) {
        boolean isLeaf = leaf < n && (joined == node || weights[leaf] <= weights[joined]);
        int child = isLeaf ? leaf++ : joined++;
        parents[child] = node;
        weight += weights[child];
      }
      weights[node] = weight;
    }
    int[] depths = new int[2 * n];
    int longest = 0;
    Arrays.fill(lengths, 0);
    for (int node = 2 * n - 3; node >= 0; node--) {
      depths[node] = depths[parents[node]] + 1;
      if (node < n) {
        lengths[(int) leaves[node] & 0xffff] = depths[node];
        longest = Math.max(longest, depths[node]);
      }
    }
    return longest;
  }

  /** Canonical codes of these lengths. */
  private static void codes(int[] lengths, int[] codes) {
    int[] next = new int[17];
    for (int length : lengths) {
      next[length + 1] += length == 0 ? 0 : 1;
    }
    for (int length = 1, code = 0; length < 16; length++) {
      code = (code + next[length]) << 1;
      next[length] = code;
    }
    for (int i = 0; i < lengths.length; i++) {
      int length = lengths[i];
      int code = length == 0 ? 0 : Integer.reverse(next[length]++) >>> (32 - length);
      codes[i] = length << 16 | code;
    }
  }

  private void header(int[] literalLengths, int[] distanceLengths) {
    int literalCount = used(literalLengths, END + 1);
    int distanceCount = used(distanceLengths, 1);
    int[] all = Arrays.copyOf(literalLengths, literalCount + distanceCount);
    System.arraycopy(distanceLengths, 0, all, literalCount, distanceCount);
    int[] symbols = new int[all.length];
    int[] counts = new int[19];
    int n = runs(all, symbols, counts);
    counts[0] = Math.max(1, counts[0]);
    counts[18] = Math.max(1, counts[18]);
    int[] lengths = lengths(counts, LONGEST_LENGTH_CODE);
    int[] codes = new int[19];
    codes(lengths, codes);
    int order = LENGTH_ORDER.length;
    while (order > 4 && lengths[LENGTH_ORDER[order - 1]] == 0) {
      order--;
    }
    put(literalCount - 257, 5);
    put(distanceCount - 1, 5);
    put(order - 4, 4);
    for (int i = 0; i < order; i++) {
      put(lengths[LENGTH_ORDER[i]], 3);
    }
    for (int i = 0; i < n; i++) {
      int symbol = symbols[i] & 0xff;
      put(codes[symbol] & 0xffff, codes[symbol] >> 16);
      switch (symbol) {
        case 16 -> put(symbols[i] >> 8, 2);
        case 17 -> put(symbols[i] >> 8, 3);
        case 18 -> put(symbols[i] >> 8, 7);
        default -> {}
      }
    }
  }

  private static int used(int[] lengths, int least) {
    int n = lengths.length;
    while (n > least && lengths[n - 1] == 0) {
      n--;
    }
    return n;
  }

  /** Lengths with their runs put together: {@code extra << 8 | symbol}. */
  private static int runs(int[] lengths, int[] symbols, int[] counts) {
    int n = 0;
    for (int i = 0; i < lengths.length; ) {
      int run = 1;
      while (i + run < lengths.length && lengths[i + run] == lengths[i]) {
        run++;
      }
      int symbol = lengths[i];
      int taken = 1;
      if (lengths[i] == 0 && run >= 11) {
        taken = Math.min(run, 138);
        symbol = (taken - 11) << 8 | 18;
      } else if (lengths[i] == 0 && run >= 3) {
        taken = run;
        symbol = (taken - 3) << 8 | 17;
      } else if (i > 0 && lengths[i] == lengths[i - 1] && run >= 3) {
        taken = Math.min(run, 6);
        symbol = (taken - 3) << 8 | 16;
      }
      symbols[n++] = symbol;
      counts[symbol & 0xff]++;
      i += taken;
    }
    return n;
  }

  private void body(byte[] data, int length) {
    int at = 0;
    for (int m = 0; m < matches; m++) {
      putLiterals(data, at, matchAt[m]);
      int found = matchLength[m];
      int symbol = LENGTH_SYMBOL[found];
      int code = literalCodes[END + 1 + symbol];
      put(code & 0xffff, code >> 16);
      put(found - LENGTH_BASE[symbol], LENGTH_EXTRA[symbol]);
      int distance = matchDistance[m];
      int place = distanceSymbol(distance);
      put(distanceCodes[place] & 0xffff, distanceCodes[place] >> 16);
      put(distance - DISTANCE_BASE[place], DISTANCE_EXTRA[place]);
      at = matchAt[m] + found;
    }
    putLiterals(data, at, length);
    put(literalCodes[END] & 0xffff, literalCodes[END] >> 16);
  }

  private void putLiterals(byte[] data, int from, int to) {
    int[] codes = literalCodes;
    byte[] target = out;
    long acc = held;
    int n = bits;
    int place = size;
    int i = from;
    for (; i + 4 <= to; i += 4) {
      int a = codes[data[i] & 0xff];
      int b = codes[data[i + 1] & 0xff];
      int c = codes[data[i + 2] & 0xff];
      int d = codes[data[i + 3] & 0xff];
      acc |= (long) (a & 0xffff) << n;
      n += a >> 16;
      acc |= (long) (b & 0xffff) << n;
      n += b >> 16;
      acc |= (long) (c & 0xffff) << n;
      n += c >> 16;
      acc |= (long) (d & 0xffff) << n;
      n += d >> 16;
      LONG.set(target, place, acc);
      int whole = n >> 3;
      place += whole;
      acc >>>= whole << 3;
      n &= 7;
    }
    held = acc;
    bits = n;
    size = place;
    for (; i < to; i++) {
      int code = codes[data[i] & 0xff];
      put(code & 0xffff, code >> 16);
    }
  }

  private void put(int value, int count) {
    held |= (long) value << bits;
    bits += count;
    LONG.set(out, size, held);
    int whole = bits >> 3;
    size += whole;
    held >>>= whole << 3;
    bits &= 7;
  }

  private void store(byte[] data, int length, boolean last) {
    for (int at = 0; at < length || at == 0; at += STORED) {
      int part = Math.min(STORED, length - at);
      put(last && at + part == length ? 1 : 0, 1);
      put(0, 2);
      finish();
      out[size++] = (byte) part;
      out[size++] = (byte) (part >> 8);
      out[size++] = (byte) ~part;
      out[size++] = (byte) (~part >> 8);
      System.arraycopy(data, at, out, size, part);
      size += part;
    }
  }
}
