package dev.build0711.runner.standalone.http;

import com.google.cloud.functions.HttpRequest;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/// A request of Jetty's as functions see requests.
final class JettyRequest implements HttpRequest {

  private final Request request;

  JettyRequest(Request request) {
    this.request = request;
  }

  @Override
  public String getMethod() {
    return request.getMethod();
  }

  @Override
  public String getUri() {
    return request.getHttpURI().asString();
  }

  /// Canonical and percent-decoded, like the framework's.
  @Override
  public String getPath() {
    return request.getHttpURI().getDecodedPath();
  }

  @Override
  public Optional<String> getQuery() {
    return Optional.ofNullable(request.getHttpURI().getQuery());
  }

  @Override
  public Map<String, List<String>> getQueryParameters() {
    Map<String, List<String>> parameters = new TreeMap<>();
    for (Fields.Field field : Request.extractQueryParameters(request)) {
      parameters.put(field.getName(), List.copyOf(field.getValues()));
    }
    return parameters;
  }

  /// Forms of several parts are not taken.
  @Override
  public Map<String, HttpPart> getParts() {
    throw new IllegalStateException("not a form of several parts");
  }

  @Override
  public Optional<String> getContentType() {
    return Optional.ofNullable(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
  }

  @Override
  public long getContentLength() {
    return request.getLength();
  }

  @Override
  public Optional<String> getCharacterEncoding() {
    return getContentType().map(MimeTypes::getCharsetFromContentType);
  }

  @Override
  public InputStream getInputStream() {
    return Content.Source.asInputStream(request);
  }

  @Override
  public BufferedReader getReader() {
    Charset charset = getCharacterEncoding().map(Charset::forName).orElse(StandardCharsets.UTF_8);
    return new BufferedReader(new InputStreamReader(getInputStream(), charset));
  }

  @Override
  public Map<String, List<String>> getHeaders() {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (HttpField field : request.getHeaders()) {
      headers.computeIfAbsent(field.getName(), _ -> new ArrayList<>()).add(field.getValue());
    }
    return headers;
  }
}
