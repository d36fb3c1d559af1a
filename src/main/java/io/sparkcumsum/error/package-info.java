/** Every error of a query, with its condition. Uses Spark alone. */
package io.sparkcumsum.error;
