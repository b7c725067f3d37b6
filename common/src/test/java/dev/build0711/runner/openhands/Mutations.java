package dev.build0711.runner.openhands;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Changes answers as broken servers, broken proxies and malice would, the same way for the same
/// random numbers.
final class Mutations {

  private static final JsonMapper JSON = new JsonMapper();

  /// Stands in a tree for JSON that a tree cannot hold.
  private static final String RAW = "@raw@";

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "2147483648",
          "9223372036854775808",
          "-9223372036854775809",
          "1e308",
          "1e999",
          "-1e999999999",
          "0.1",
          "NaN",
          "-Infinity",
          "9".repeat(900),
          "[]",
          "{}",
          "[null]",
          "[".repeat(150) + "]".repeat(150),
          "[".repeat(250) + "]".repeat(250),
          "{\"a\":".repeat(120) + "7" + "}".repeat(120),
          "\"\"",
          "\"\\ud800\"",
          "\"\\udc00\\ud800 \\u0000\"",
          "\"" + BadAnswers.MARK + "\"",
          "\"" + BadAnswers.MARK.repeat(400) + "\"",
          "\"+1000000000-12-31T23:59:59.999999999Z\"",
          "\"-1000000000-01-01T00:00:00Z\"",
          "\"2026-02-30T25:61:61Z\"",
          "\"http://169.254.169.254/api/conversations/7\"",
          "\"../../../etc/passwd?x=%00\"");

  private Mutations() {}

  /// @param others other answers, one of which may come instead
  static byte[] of(byte[] good, List<byte[]> others, Random random) {
    byte[] once = once(good, others, random);
    return random.nextInt(4) == 0 ? once(once, others, random) : once;
  }

  private static byte[] once(byte[] good, List<byte[]> others, Random random) {
    int way = random.nextInt(20);
    return switch (way) {
      case 0, 1 -> flipped(good, random);
      case 2 -> without(good, random);
      case 3 -> with(good, random);
      case 4 -> Arrays.copyOf(good, random.nextInt(good.length + 1));
      case 5 -> others.get(random.nextInt(others.size()));
      default -> {
        JsonNode tree = tree(good);
        yield tree == null ? flipped(good, random) : changed(tree, way, random);
      }
    };
  }

  private static byte[] flipped(byte[] good, Random random) {
    byte[] bytes = good.clone();
    for (int flips = 1 + random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static byte[] without(byte[] good, Random random) {
    int from = random.nextInt(good.length + 1);
    int to = Math.min(good.length, from + 1 + random.nextInt(30));
    byte[] bytes = Arrays.copyOf(good, good.length - (to - from));
    System.arraycopy(good, to, bytes, from, good.length - to);
    return bytes;
  }

  private static byte[] with(byte[] good, Random random) {
    byte[] inserted =
        random.nextBoolean()
            ? VALUES.get(random.nextInt(VALUES.size())).getBytes(StandardCharsets.UTF_8)
            : new byte[1 + random.nextInt(20)];
    if (inserted.length <= 20) {
      random.nextBytes(inserted);
    }
    int at = random.nextInt(good.length + 1);
    byte[] bytes = Arrays.copyOf(good, good.length + inserted.length);
    System.arraycopy(inserted, 0, bytes, at, inserted.length);
    System.arraycopy(good, at, bytes, at + inserted.length, good.length - at);
    return bytes;
  }

  private static @Nullable JsonNode tree(byte[] good) {
    try {
      JsonNode tree = JSON.readTree(good);
      return tree.isContainer() ? tree : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  /// A value in its place in an object or a list.
  private record Slot(JsonNode in, @Nullable String name, int index) {

    JsonNode value() {
      return name == null ? in.path(index) : in.path(name);
    }

    void put(JsonNode value) {
      if (in instanceof ObjectNode object && name != null) {
        object.set(name, value);
      } else if (in instanceof ArrayNode array) {
        array.set(index, value);
      }
    }

    void remove() {
      if (in instanceof ObjectNode object && name != null) {
        object.remove(name);
      } else if (in instanceof ArrayNode array) {
        array.remove(index);
      }
    }
  }

  private static byte[] changed(JsonNode tree, int way, Random random) {
    List<Slot> slots = new ArrayList<>();
    slots(tree, slots);
    String value = VALUES.get(random.nextInt(VALUES.size()));
    if (slots.isEmpty()) {
      return value.getBytes(StandardCharsets.UTF_8);
    }
    // what is near the root tells most
    int reach = random.nextBoolean() ? Math.min(slots.size(), 40) : slots.size();
    Slot slot = slots.get(random.nextInt(reach));
    Slot other = slots.get(random.nextInt(slots.size()));
    switch (way) {
      case 6, 7 -> slot.remove();
      case 8, 9 -> {
        JsonNode kept = slot.value().deepCopy();
        slot.put(other.value().deepCopy());
        other.put(kept);
      }
      case 10 -> slot.put(other.value().deepCopy());
      case 11 -> twice(slot);
      case 12 -> slot.put(JSON.createArrayNode().add(slot.value().deepCopy()));
      default -> slot.put(StringNode.valueOf(RAW));
    }
    String text = tree.toString();
    if (way == 13) { // a second member of the same name
      text = text.replace('"' + RAW + '"', value + ",\"id\":" + value);
    }
    return text.replace('"' + RAW + '"', value).getBytes(StandardCharsets.UTF_8);
  }

  /// What lists hold comes twice.
  private static void twice(Slot slot) {
    if (slot.in() instanceof ArrayNode array) {
      array.add(slot.value().deepCopy());
    } else if (slot.value() instanceof ArrayNode array) {
      array.addAll(array.deepCopy());
    }
  }

  private static void slots(JsonNode in, List<Slot> slots) {
    int from = slots.size();
    if (in instanceof ObjectNode object) {
      object.propertyNames().forEach(name -> slots.add(new Slot(in, name, 0)));
    } else {
      for (int i = 0; i < in.size(); i++) {
        slots.add(new Slot(in, null, i));
      }
    }
    List.copyOf(slots.subList(from, slots.size())).forEach(slot -> slots(slot.value(), slots));
  }
}
