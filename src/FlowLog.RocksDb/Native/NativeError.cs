using System.Runtime.InteropServices;

namespace RocksDbSharp;

/// <summary>Where native calls put their error: null when all went well, otherwise a C string that is ours to free.</summary>
internal unsafe ref struct NativeError
{
    public byte* Text;

    public void ThrowIfSet()
    {
        if (Text is null)
            return;

        var message = Marshal.PtrToStringUTF8((nint)Text) ?? "unknown error";
        RocksNative.Free(Text);
        Text = null;
        throw new RocksDbException(message);
    }
}
