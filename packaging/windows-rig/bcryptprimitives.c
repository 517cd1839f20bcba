/* ProcessPrng for Wine 8, which lacks bcryptprimitives.dll; Rust programs, cryptography among them, import it.
   https://learn.microsoft.com/en-us/windows/win32/seccng/processprng */

#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length)
{
    while (length > 0) {
        ULONG part = length > 0x10000000 ? 0x10000000 : (ULONG)length;
        if (!RtlGenRandom(data, part))
            return FALSE;
        data += part;
        length -= part;
    }
    return TRUE;
}
