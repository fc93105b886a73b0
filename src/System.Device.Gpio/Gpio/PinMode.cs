namespace System.Device.Gpio;

/// <summary>Direction and bias of a pin.</summary>
public enum PinMode
{
    /// <summary>Input without bias.</summary>
    Input,

    /// <summary>Output.</summary>
    Output,

    /// <summary>Input pulled down.</summary>
    InputPullDown,

    /// <summary>Input pulled up.</summary>
    InputPullUp,
}
