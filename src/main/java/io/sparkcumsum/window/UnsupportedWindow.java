package io.sparkcumsum.window;

import java.io.Serial;

/** Says why a window is left to Spark. */
final class UnsupportedWindow extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * @param window the window as SQL
   * @param reason the end of a sentence that starts with the window
   */
  UnsupportedWindow(String window, String reason) {
    super(window + " " + reason, null, false, false);
  }
}
