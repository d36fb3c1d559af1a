/**
 * What users call: {@link io.sparkcumsum.Cumsum} for DataFrames, {@link io.sparkcumsum.CumsumJob}
 * for spark-submit, {@link io.sparkcumsum.CumsumExtensions} for SQL and windows, and their
 * settings, {@link io.sparkcumsum.CumsumConf}. All other packages are internal and may change.
 */
package io.sparkcumsum;
