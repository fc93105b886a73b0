namespace P2Panda.Radio.Mesh.Announcements;

/// <summary>First byte of a control burst.</summary>
internal static class ControlKind
{
    /// <summary>A sketch in answer to an announcement or to another sketch.</summary>
    public const byte Sketch = 1;
}
