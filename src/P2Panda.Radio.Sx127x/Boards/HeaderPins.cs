using System.Device.Gpio;
using System.Device.Gpio.Drivers;

namespace P2Panda.Radio.Sx127x.Boards;

/// <summary>
/// The GPIO chip behind a Raspberry Pi's header. Its number changed between kernels (on a Raspberry Pi 5 it was 4 and is 0), its label did
/// not.
/// </summary>
public static class HeaderPins
{
    /// <summary>Labels of header chips: Raspberry Pi 5, 4, and those before.</summary>
    public static IReadOnlyList<string> Labels { get; } = ["pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835"];

    /// <summary>Finds the chip.</summary>
    /// <param name="label">The label to look for, or none for a Raspberry Pi's.</param>
    /// <exception cref="IOException">There is none, or it may not be used; the message says what to do.</exception>
    public static GpioChipInfo Find(string? label = null)
    {
        var chips = LibGpiodV2Driver.GetAvailableChips();
        foreach (var wanted in label is null ? Labels : [label])
        {
            if (chips.FirstOrDefault(chip => chip.Label == wanted) is { } found)
                return found;
        }

        var what = label is null ? $"the header of a Raspberry Pi ({string.Join(", ", Labels)})" : $"'{label}'";
        throw new IOException(chips.Count == 0
            ? $"There is no GPIO chip on this machine (/dev/gpiochip*), so none for {what}. Is this a Raspberry Pi, and is the kernel's GPIO character device there?"
            : $"No GPIO chip is that of {what}; there are {string.Join(", ", chips.Select(chip => $"gpiochip{chip.Id} '{chip.Label}'"))}. "
                + "On another computer name its chip: radio.board=custom, radio.custom.gpioLabel=LABEL.");
    }

    /// <summary>Opens the chip.</summary>
    /// <exception cref="IOException">There is none, or it may not be used.</exception>
    public static GpioController Open(string? label = null) => new(new LibGpiodV2Driver(Find(label)));
}
