namespace System.Device.Gpio;

/// <summary>Level of a pin.</summary>
public readonly struct PinValue : IEquatable<PinValue>
{
    private readonly byte _value;

    private PinValue(byte value) => _value = value;

    /// <summary>High.</summary>
    public static PinValue High { get; } = new(1);

    /// <summary>Low.</summary>
    public static PinValue Low { get; } = new(0);

    /// <summary>0 is low, everything else high.</summary>
    public static implicit operator PinValue(int value) => value == 0 ? Low : High;

    /// <summary>False is low, true is high.</summary>
    public static implicit operator PinValue(bool value) => value ? High : Low;

    /// <summary>Low is 0, high is 1.</summary>
    public static explicit operator byte(PinValue value) => value._value;

    /// <summary>Low is 0, high is 1.</summary>
    public static explicit operator int(PinValue value) => value._value;

    /// <summary>Low is false, high is true.</summary>
    public static explicit operator bool(PinValue value) => value._value != 0;

    /// <summary>Whether two levels are the same.</summary>
    public static bool operator ==(PinValue a, PinValue b) => a.Equals(b);

    /// <summary>Whether two levels differ.</summary>
    public static bool operator !=(PinValue a, PinValue b) => !a.Equals(b);

    /// <summary>The other level.</summary>
    public static PinValue operator !(PinValue v) => v == Low ? High : Low;

    /// <inheritdoc/>
    public bool Equals(PinValue other) => other._value == _value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PinValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => _value == 0 ? "Low" : "High";
}
