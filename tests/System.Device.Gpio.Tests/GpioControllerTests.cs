using System.Device.Spi;

namespace System.Device.Gpio.Tests;

public class GpioControllerTests
{
    [Fact]
    public void PinsAreOpenedOnceAndClosedWithTheController()
    {
        var driver = new RecordingDriver();
        using (var controller = new GpioController(driver))
        {
            using var pin = controller.OpenPin(3, PinMode.Output, PinValue.High);
            pin.Read().ShouldBe(PinValue.High);
            pin.Toggle();
            controller.Read(3).ShouldBe(PinValue.Low);
            controller.IsPinOpen(3).ShouldBeTrue();
            Should.Throw<InvalidOperationException>(() => controller.OpenPin(3));
            controller.OpenPin(4);
        }

        driver.Acts.ShouldBe(["open 3", "open 4", "close 3", "close 4"], ignoreOrder: true);
        driver.IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public void AClosedPinIsOfNoUse()
    {
        using var controller = new GpioController(new RecordingDriver());
        Should.Throw<InvalidOperationException>(() => controller.Read(1));
        Should.Throw<InvalidOperationException>(() => controller.Write(1, PinValue.High));
        Should.Throw<InvalidOperationException>(() => controller.ClosePin(1));
        Should.Throw<InvalidOperationException>(() => controller.SetPinMode(1, PinMode.Input));
    }

    [Fact]
    public void ALineTheDriverRefusesIsNotOpen()
    {
        using var controller = new GpioController(new RecordingDriver());
        Should.Throw<IOException>(() => controller.OpenPin(9));
        controller.IsPinOpen(9).ShouldBeFalse();
    }

    [Fact]
    public void ModesThatDoNotExistAndWritesToInputsAreRefused()
    {
        using var controller = new GpioController(new RecordingDriver());
        controller.OpenPin(1, PinMode.Input);
        Should.Throw<InvalidOperationException>(() => controller.SetPinMode(1, PinMode.InputPullUp));
        Should.Throw<InvalidOperationException>(() => controller.Write(1, PinValue.High));
    }

    [Fact]
    public void WaitingEndsWithItsTime()
    {
        using var controller = new GpioController(new RecordingDriver());
        controller.OpenPin(1, PinMode.Input);
        controller.WaitForEvent(1, PinEventTypes.Rising, TimeSpan.FromMilliseconds(1)).TimedOut.ShouldBeTrue();
    }

    [Fact]
    public void CallbacksComeAndGo()
    {
        var driver = new RecordingDriver();
        using var controller = new GpioController(driver);
        var pin = controller.OpenPin(1, PinMode.Input);
        PinChangeEventHandler handler = (_, _) => { };
        pin.ValueChanged += handler;
        driver.Callbacks.ShouldBe(1);
        pin.ValueChanged -= handler;
        driver.Callbacks.ShouldBe(0);
    }

    [Fact]
    public void LevelsConvert()
    {
        ((PinValue)true).ShouldBe(PinValue.High);
        ((PinValue)5).ShouldBe(PinValue.High);
        ((int)PinValue.Low).ShouldBe(0);
        ((bool)!PinValue.Low).ShouldBeTrue();
        (PinValue.High != PinValue.Low).ShouldBeTrue();
        PinValue.High.ToString().ShouldBe("High");
    }

    [Fact]
    public void ConnectionSettingsBeginAsThePackagesDo()
    {
        var settings = new SpiConnectionSettings(1, 0);
        settings.Mode.ShouldBe(SpiMode.Mode0);
        settings.DataBitLength.ShouldBe(8);
        settings.ClockFrequency.ShouldBe(500_000);
        settings.DataFlow.ShouldBe(DataFlow.MsbFirst);
        settings.ChipSelectLineActiveState.ShouldBe(PinValue.Low);
        new SpiConnectionSettings(0).ChipSelectLine.ShouldBe(-1);
    }
}
