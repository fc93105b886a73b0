namespace System.Device.Gpio;

/// <summary>Hears of an edge; called on a thread of the driver, so it should only note the fact.</summary>
public delegate void PinChangeEventHandler(object sender, PinValueChangedEventArgs pinValueChangedEventArgs);
