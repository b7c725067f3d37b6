package dev.build0711.runner.http;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/// A JSON object, read once and strictly: no name twice, no U+0000, no lone surrogate, nothing
/// nested deeper than [#MAX_DEPTH], at any place. Nested values are checked and kept as the text
/// they were.
final class JsonObject {

  static final int MAX_DEPTH = 64;

  private static final JsonFactory FACTORY = new JsonFactory();

  /// A member's value.
  ///
  /// @param text a string's characters; otherwise the JSON text as it was sent
  /// @param size how many members an object has
  record Member(JsonToken token, String text, int size) {}

  private final String source;
  private final Mistakes mistakes;
  private final Map<String, Member> members = new LinkedHashMap<>();

  private JsonObject(String source, Mistakes mistakes) {
    this.source = source;
    this.mistakes = mistakes;
  }

  /// Reads `source`, noting what breaks a rule in `mistakes`.
  ///
  /// @throws ProblemException `malformed_json` if it is not one JSON text
  static Map<String, Member> read(String source, Mistakes mistakes) {
    var object = new JsonObject(source, mistakes);
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), source)) {
      object.root(parser);
    } catch (StreamConstraintsException e) {
      mistakes.body("", "must not hold a number or a name that long");
      mistakes.check();
    } catch (JacksonException e) {
      throw new ProblemException(
          ProblemType.MALFORMED_JSON,
          "The body is not JSON: line %d, column %d."
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    }
    return object.members;
  }

  private void root(JsonParser parser) {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw new ProblemException(ProblemType.MALFORMED_JSON, "The body is empty.");
    }
    if (first == JsonToken.START_OBJECT) {
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        member(parser);
      }
    } else {
      value(parser, first, Place.ROOT);
      mistakes.body("", "must be a JSON object");
    }
    if (parser.nextToken() != null) {
      throw new ProblemException(
          ProblemType.MALFORMED_JSON, "Something follows the JSON in the body.");
    }
    if (first != JsonToken.START_OBJECT) {
      mistakes.check(); // what an object would lack is no news
    }
  }

  private void member(JsonParser parser) {
    String name = parser.currentName();
    Place place = Place.ROOT.at(name);
    checkText(name, place);
    JsonToken token = parser.nextToken();
    int start = (int) parser.currentTokenLocation().getCharOffset();
    int size = value(parser, token, place);
    String text =
        token == JsonToken.VALUE_STRING
            ? parser.getString()
            : source.substring(start, (int) parser.currentLocation().getCharOffset());
    if (members.put(name, new Member(token, text, size)) != null) {
      mistakes.body(place.pointer(), "must not be given twice");
    }
  }

  /// Checks the value that the parser stands at, up to its end, and tells how many parts it has.
  private int value(JsonParser parser, JsonToken token, Place place) {
    return switch (token) {
      case START_OBJECT -> object(parser, deeper(place));
      case START_ARRAY -> array(parser, deeper(place));
      case VALUE_STRING -> {
        checkText(parser.getString(), place);
        yield 0;
      }
      default -> {
        parser.finishToken(); // a number or literal cut off or misspelt shows only now
        yield 0;
      }
    };
  }

  private int object(JsonParser parser, Place place) {
    Set<String> names = new HashSet<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      Place inner = place.at(name);
      checkText(name, inner);
      if (!names.add(name)) {
        mistakes.body(inner.pointer(), "must not be given twice");
      }
      value(parser, parser.nextToken(), inner);
    }
    return names.size();
  }

  private int array(JsonParser parser, Place place) {
    int size = 0;
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      value(parser, token, place.at(Integer.toString(size++)));
    }
    return size;
  }

  private Place deeper(Place place) {
    if (place.depth() >= MAX_DEPTH) {
      mistakes.body(place.pointer(), "must not be nested deeper than " + MAX_DEPTH + " levels");
      mistakes.check();
    }
    return place;
  }

  private void checkText(String text, Place place) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        mistakes.body(place.pointer(), "must not contain U+0000");
        return;
      }
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          mistakes.body(place.pointer(), "must not contain a lone surrogate");
          return;
        }
        i++;
      }
    }
  }

  /// A place in the text, written as a JSON Pointer only when it is needed.
  private record Place(@Nullable Place parent, String name, int depth) {

    static final Place ROOT = new Place(null, "", 1);

    Place at(String member) {
      return new Place(this, member, depth + 1);
    }

    String pointer() {
      return parent == null
          ? ""
          : parent.pointer() + '/' + name.replace("~", "~0").replace("/", "~1");
    }
  }
}
