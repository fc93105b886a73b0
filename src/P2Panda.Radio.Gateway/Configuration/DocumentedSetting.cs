using System.ComponentModel.DataAnnotations;

namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>One setting as its documentation shows it.</summary>
/// <param name="Path">Where it stands in the file, for example <c>radio.region</c>.</param>
/// <param name="Description">What it means, with its unit.</param>
/// <param name="Default">The default, as JSON.</param>
/// <param name="Range">Smallest and largest value allowed; none where there is no such limit.</param>
internal sealed record DocumentedSetting(string Path, string Description, string Default, RangeAttribute? Range);
