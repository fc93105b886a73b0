using System.Device.Gpio.Drivers;
using System.Device.Linux;
using System.Device.Spi;
using System.Runtime.CompilerServices;

namespace System.Device.Gpio.Tests;

/// <summary>What can be said of the Linux implementations on a machine without the devices; the kernel rig has them.</summary>
public class LinuxBusTests
{
    [Fact]
    public void ABusThatIsNotThereIsNamedWithWhatToDo()
    {
        using var spi = SpiDevice.Create(new SpiConnectionSettings(99, 3));
        var failure = Should.Throw<IOException>(() => spi.WriteByte(1));
        failure.Message.ShouldContain("/dev/spidev99.3");
        failure.Message.ShouldContain("dtparam=spi=on");
        spi.ConnectionSettings.BusId.ShouldBe(99);
    }

    [Fact]
    public void AChipThatIsNotThereIsNamed() =>
        Should.Throw<IOException>(() => new LibGpiodV2Driver(63)).Message.ShouldContain("/dev/gpiochip63");

    [Fact]
    public void TransfersNeedBuffersOfOneLength()
    {
        using var spi = SpiDevice.Create(new SpiConnectionSettings(99));
        Should.Throw<ArgumentException>(() => spi.TransferFullDuplex(new byte[2], new byte[3]));
    }

    [Fact]
    public void ADisposedDeviceTransfersNoMore()
    {
        var spi = SpiDevice.Create(new SpiConnectionSettings(99));
        spi.Dispose();
        Should.Throw<ObjectDisposedException>(() => spi.WriteByte(1));
    }

    /// <summary>linux/spi/spidev.h: 32 bytes, and the offsets the kernel reads.</summary>
    [Fact]
    public void TheTransferStructureIsTheKernels()
    {
        Unsafe.SizeOf<SpiTransfer>().ShouldBe(32);
        System.Runtime.InteropServices.Marshal.OffsetOf<SpiTransfer>(nameof(SpiTransfer.Length)).ShouldBe(16);
        System.Runtime.InteropServices.Marshal.OffsetOf<SpiTransfer>(nameof(SpiTransfer.SpeedHz)).ShouldBe(20);
        System.Runtime.InteropServices.Marshal.OffsetOf<SpiTransfer>(nameof(SpiTransfer.BitsPerWord)).ShouldBe(26);
    }
}
