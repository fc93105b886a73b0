namespace Iot.Device.Ssd13xx.Commands.Ssd1306Commands;

public enum PageAddress
{
    Page0,
    Page1,
    Page2,
    Page3,
    Page4,
    Page5,
    Page6,
    Page7,
}

public class EntireDisplayOn : ISsd1306Command
{
    public EntireDisplayOn(bool entireDisplay) => throw null!;

    public byte Id => throw null!;

    public byte[] GetBytes() => throw null!;
}

public class SetChargePump : ISsd1306Command
{
    public SetChargePump(bool enableChargePump = false) => throw null!;

    public byte Id => throw null!;

    public byte[] GetBytes() => throw null!;
}

public class SetColumnAddress : ISsd1306Command
{
    public SetColumnAddress(byte startAddress = 0x00, byte endAddress = 0x7F) => throw null!;

    public byte Id => throw null!;

    public byte[] GetBytes() => throw null!;
}

public class SetComOutputScanDirection : ISsd1306Command
{
    public SetComOutputScanDirection(bool normalMode = true) => throw null!;

    public byte Id => throw null!;

    public byte[] GetBytes() => throw null!;
}

public class SetComPinsHardwareConfiguration : ISsd1306Command
{
    public SetComPinsHardwareConfiguration(bool alternativeComPinConfiguration = true, bool enableLeftRightRemap = false) => throw null!;

    public byte Id => throw null!;

    public byte[] GetBytes() => throw null!;
}

public class SetDisplayOffset : ISsd1306Command
{
    public SetDisplayOffset(byte displayOffset = 0x00) => throw null!;

    public byte Id => throw null!;

    public byte[] GetBytes() => throw null!;
}

public class SetDisplayStartLine : ISsd1306Command
{
    public SetDisplayStartLine(byte displayStartLine = 0x00) => throw null!;

    public byte Id => throw null!;

    public byte[] GetBytes() => throw null!;
}

public class SetMemoryAddressingMode : ISsd1306Command
{
    public SetMemoryAddressingMode(SetMemoryAddressingMode.AddressingMode memoryAddressingMode = SetMemoryAddressingMode.AddressingMode.Page) => throw null!;

    public enum AddressingMode
    {
        Horizontal,
        Vertical,
        Page,
    }

    public byte Id => throw null!;

    public byte[] GetBytes() => throw null!;
}

public class SetNormalDisplay : ISsd1306Command
{
    public SetNormalDisplay() => throw null!;

    public byte Id => throw null!;

    public byte[] GetBytes() => throw null!;
}

public class SetPageAddress : ISsd1306Command
{
    public SetPageAddress(PageAddress startAddress = PageAddress.Page0, PageAddress endAddress = PageAddress.Page7) => throw null!;

    public byte Id => throw null!;

    public byte[] GetBytes() => throw null!;
}

public class SetSegmentReMap : ISsd1306Command
{
    public SetSegmentReMap(bool columnAddress127 = false) => throw null!;

    public byte Id => throw null!;

    public byte[] GetBytes() => throw null!;
}
