package dev.build0711.runner.standalone.http;

import com.google.cloud.functions.HttpResponse;
import java.io.BufferedWriter;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;

/// A response of Jetty's as functions see responses.
final class JettyResponse implements HttpResponse {

  private final Response response;

  JettyResponse(Response response) {
    this.response = response;
  }

  @Override
  public void setStatusCode(int code) {
    response.setStatus(code);
  }

  /// Jetty says each status in its own words; `message` is left out.
  @Override
  public void setStatusCode(int code, String message) {
    setStatusCode(code);
  }

  @Override
  public void setContentType(String contentType) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
  }

  @Override
  public Optional<String> getContentType() {
    return Optional.ofNullable(response.getHeaders().get(HttpHeader.CONTENT_TYPE));
  }

  @Override
  public void appendHeader(String header, String value) {
    response.getHeaders().add(header, value);
  }

  @Override
  public Map<String, List<String>> getHeaders() {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (HttpField field : response.getHeaders()) {
      headers.computeIfAbsent(field.getName(), _ -> new ArrayList<>()).add(field.getValue());
    }
    return headers;
  }

  @Override
  public OutputStream getOutputStream() {
    return Content.Sink.asOutputStream(response);
  }

  @Override
  public BufferedWriter getWriter() {
    return new BufferedWriter(new OutputStreamWriter(getOutputStream(), StandardCharsets.UTF_8));
  }
}
