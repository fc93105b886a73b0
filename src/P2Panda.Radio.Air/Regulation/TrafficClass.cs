namespace P2Panda.Radio.Air.Regulation;

/// <summary>What a transmission is for; airtime is accounted by it.</summary>
public enum TrafficClass : byte
{
    /// <summary>Announcements, wants and other talk of the mesh about itself.</summary>
    Control = 0,

    /// <summary>Entries that must go first.</summary>
    Urgent = 1,

    /// <summary>New entries.</summary>
    Normal = 2,

    /// <summary>Large or unimportant entries.</summary>
    Bulk = 3,

    /// <summary>Repair and catching up on what is old.</summary>
    History = 4,

    /// <summary>Entries that came from the internet.</summary>
    Guest = 5,
}
