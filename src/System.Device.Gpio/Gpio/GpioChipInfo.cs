namespace System.Device.Gpio;

/// <summary>A GPIO chip of this machine.</summary>
/// <param name="Id">Number of the device node.</param>
/// <param name="Name">Name of the device node, for example gpiochip0.</param>
/// <param name="Label">Label given by the kernel driver, for example pinctrl-rp1: what to look for.</param>
/// <param name="NumLines">How many lines it has.</param>
public record GpioChipInfo(int Id, string Name, string Label, int NumLines);
