namespace P2Panda.Radio.Simulation.Chip;

/// <summary>Numbers of the chip's lines on the model's GPIO driver; -1 where a line is not wired.</summary>
/// <param name="Reset">Reset line.</param>
/// <param name="Dio0">RxDone, TxDone, CadDone.</param>
/// <param name="Dio1">RxTimeout, FhssChangeChannel, CadDetected.</param>
/// <param name="Dio2">FhssChangeChannel.</param>
/// <param name="Dio3">CadDone, ValidHeader, PayloadCrcError.</param>
/// <param name="Dio4">CadDetected, PllLock.</param>
/// <param name="Dio5">ModeReady, ClkOut.</param>
public sealed record ChipPins(int Reset = 17, int Dio0 = 4, int Dio1 = 23, int Dio2 = 24, int Dio3 = 25, int Dio4 = 26, int Dio5 = 27)
{
    /// <summary>Number of the line that carries DIO <paramref name="line"/> (0 to 5).</summary>
    public int Dio(int line) => line switch
    {
        0 => Dio0,
        1 => Dio1,
        2 => Dio2,
        3 => Dio3,
        4 => Dio4,
        5 => Dio5,
        _ => throw new ArgumentOutOfRangeException(nameof(line)),
    };
}
