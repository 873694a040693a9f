package io.subpixel.runtime.server.internal;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * Tells addresses of the public Internet from all others, by the special-purpose registries of IANA
 * (RFC 6890): what isn't public may be a machine that trusts this one.
 */
final class PublicAddresses {
  private PublicAddresses() {}

  /** Ranges of IPv4: a network, and the bits of its prefix. */
  private static final int[][] SPECIAL = {
    {0, 0, 0, 0, 8},
    {10, 0, 0, 0, 8},
    {100, 64, 0, 0, 10},
    {127, 0, 0, 0, 8},
    {169, 254, 0, 0, 16},
    {172, 16, 0, 0, 12},
    {192, 0, 0, 0, 24},
    {192, 0, 2, 0, 24},
    {192, 88, 99, 0, 24},
    {192, 168, 0, 0, 16},
    {198, 18, 0, 0, 15},
    {198, 51, 100, 0, 24},
    {203, 0, 113, 0, 24},
    {224, 0, 0, 0, 3},
  };

  static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      return isPublicV4(bytes);
    }
    // Of IPv6, 2000::/3 alone is assigned to the public; it has its own exceptions.
    if ((bytes[0] & 0xe0) != 0x20) {
      return false;
    }
    int first = (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
    int second = (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    boolean isProtocol = first == 0x2001 && second < 0x200;
    boolean isDocumentation = (first == 0x2001 && second == 0xdb8) || first == 0x3fff;
    // 6to4 leads to the IPv4 address within.
    return first == 0x2002
        ? isPublicV4(Arrays.copyOfRange(bytes, 2, 6))
        : !isProtocol && !isDocumentation;
  }

  private static boolean isPublicV4(byte[] address) {
    int value = value(address[0], address[1], address[2], address[3]);
    for (int[] range : SPECIAL) {
      int mask = -1 << (32 - range[4]);
      int network = value(range[0], range[1], range[2], range[3]);
      if ((value & mask) == network) {
        return false;
      }
    }
    return true;
  }

  private static int value(int a, int b, int c, int d) {
    return (a & 0xff) << 24 | (b & 0xff) << 16 | (c & 0xff) << 8 | (d & 0xff);
  }
}
