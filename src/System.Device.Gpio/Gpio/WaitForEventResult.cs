using System.Diagnostics.CodeAnalysis;

namespace System.Device.Gpio;

/// <summary>How waiting for an edge ended.</summary>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "The package's shape.")]
[SuppressMessage("Design", "CA1051:Do not declare visible instance fields", Justification = "The package's shape.")]
public struct WaitForEventResult
{
    /// <summary>The edges that were seen.</summary>
    public PinEventTypes EventTypes;

    /// <summary>Whether the time ran out first.</summary>
    public bool TimedOut;
}
