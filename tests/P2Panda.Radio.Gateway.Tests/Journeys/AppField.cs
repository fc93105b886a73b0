namespace P2Panda.Radio.Gateway.Tests.Journeys;

/// <summary>A field as an app gives it to its client library.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type by the name that the library has for it.</param>
/// <param name="Value">Its value, of a type that JSON can carry.</param>
internal sealed record AppField(string Name, string Type, object Value);
